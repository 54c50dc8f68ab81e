// The user's settings in tests: the server of this checkout, and nothing that gets in the way of typing
// or lies over what is clicked.
import { FOURFOLD } from './tools.mjs';

export const SETTINGS = {
  'fourfold.path': FOURFOLD,
  'workbench.reduceMotion': 'on',
  'workbench.hover.delay': 3_600_000,
  'editor.hover.enabled': 'off',
  'diffEditor.useInlineViewWhenSpaceIsLimited': false,
  'editor.minimap.enabled': false,
  'editor.autoClosingBrackets': 'never',
  'editor.quickSuggestions': 'off',
  'files.autoSave': 'off',
  'git.enabled': false,
  'remote.autoForwardPorts': false,
};
