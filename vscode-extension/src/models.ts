/** The models there are: choosing one, installing the embedded one. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  ConfigurationTarget,
  EventEmitter,
  ProgressLocation,
  type QuickPickItem,
  ThemeIcon,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { Model, ModelList } from './protocol';
import { type EditorModel, editorModels } from './server/editorModels';
import { run } from './server/processes';
import type { Server } from './server/server';

const ICONS: Record<Model['source'], string> = {
  config: 'settings',
  environment: 'cloud',
  editor: 'key',
  embedded: 'chip',
  plugin: 'extensions',
  local: 'vm',
};

const TEMPLATE = `# Fourfold: your own models. Each table is a model that can be named.

# [models.local]
# endpoint = "http://localhost:11434/v1"   # any OpenAI-compatible endpoint
# id = "qwen2.5-coder"                     # the id that is sent; without it, the name
# keyEnv = "LOCAL_KEY"                     # the environment variable that holds its key, if any
`;

interface Item extends QuickPickItem {
  choose(): Promise<void>;
}

export class Models {
  private readonly changed = new EventEmitter<void>();

  /** Fires when others may be there, or another may be the default. */
  readonly onChanged = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly program: () => Promise<string>,
  ) {}

  /** Says that a key was stored or removed, which may make models appear or go. */
  keysChanged(): void {
    this.changed.fire();
  }

  list(): Promise<ModelList> {
    return this.server.execute<ModelList>('fourfold.listModels');
  }

  /** What is known at once, and soon after what endpoints and servers on this machine offer. */
  async choose(): Promise<void> {
    const [known, inEditor] = await Promise.all([this.list(), editorModels()]);
    const picker = window.createQuickPick<Item>();
    picker.title = 'Model for prompts that name none';
    picker.placeholder =
      known.default === null ? 'A model has to be named' : `Now ${known.default}`;
    picker.matchOnDescription = true;
    picker.items = this.items(known, inEditor);
    picker.busy = true;
    const asked = this.server.execute<ModelList>('fourfold.listModels', { offered: true });
    void asked
      .then((list) => {
        const [active] = picker.activeItems;
        picker.items = this.items(list, inEditor);
        picker.activeItems = picker.items.filter(({ label }) => label === active?.label);
      })
      .catch(() => undefined)
      .finally(() => {
        picker.busy = false;
      });
    const picked = await new Promise<Item | undefined>((resolve) => {
      picker.onDidAccept(() => {
        const [item] = picker.selectedItems;
        resolve(item);
        picker.hide();
      });
      picker.onDidHide(() => {
        picker.dispose();
        resolve(undefined);
      });
      picker.show();
    });
    await picked?.choose();
  }

  private items({ models, default: used }: ModelList, inEditor: EditorModel[]): Item[] {
    const isChosen = workspace.getConfiguration('fourfold').get<string>('model', '') !== '';
    const items: Item[] = models
      .filter(({ source }) => source !== 'plugin')
      .map((model) => ({
        label: model.name,
        description: description(model, used),
        iconPath: new ThemeIcon(ICONS[model.source]),
        choose: () => this.use(model),
      }));
    for (const { name, title } of inEditor) {
      const notes = [name === used ? 'in use' : '', `${title}, through VS Code`];
      items.push({
        label: name,
        description: notes.filter(Boolean).join(' · '),
        iconPath: new ThemeIcon('copilot'),
        choose: () => setModel(name),
      });
    }
    if (isChosen) {
      items.push({
        label: 'No choice',
        description: 'what fourfold.toml or the environment says, else the embedded model',
        iconPath: new ThemeIcon('circle-slash'),
        choose: () => setModel(undefined),
      });
    }
    items.push(
      {
        label: 'Another model…',
        description: 'by the id that its endpoint knows',
        iconPath: new ThemeIcon('edit'),
        choose: askModel,
      },
      {
        label: 'Add models in config.toml…',
        description: 'vLLM, a gateway, another machine',
        iconPath: new ThemeIcon('go-to-file'),
        choose: () => this.openFile(),
      },
    );
    return items;
  }

  /** Opens the user's own config.toml, made with an example where there is none. */
  async openFile(): Promise<void> {
    const { file } = await this.list();
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, TEMPLATE, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    });
    await window.showTextDocument(Uri.file(file));
  }

  async installEmbedded(): Promise<void> {
    const program = await this.program();
    const options = {
      location: ProgressLocation.Notification,
      title: 'Installing the embedded model',
      cancellable: true,
    };
    const { code, output } = await window.withProgress(options, (progress, cancelled) => {
      const stop = new AbortController();
      cancelled.onCancellationRequested(() => stop.abort());
      return run(program, ['model', 'install'], {
        signal: stop.signal,
        onLine: (line) => {
          this.server.log.info(line);
          progress.report({ message: line.trim() });
        },
      }).then((outcome) => (stop.signal.aborted ? { code: 0, output: 'cancelled' } : outcome));
    });
    if (code !== 0) {
      throw new Error(output.trim().split(/\r?\n/).at(-1) || 'It could not be installed.');
    }
    if (output !== 'cancelled') {
      window.setStatusBarMessage('$(chip) The embedded model is installed.', 5_000);
      this.changed.fire();
    }
  }

  private async use(model: Model): Promise<void> {
    if (model.installed === false) {
      await this.installEmbedded();
    }
    await setModel(model.name);
  }
}

async function askModel(): Promise<void> {
  const id = await window.showInputBox({
    title: 'Model',
    prompt: 'The id that its endpoint knows, for example qwen2.5-coder',
    ignoreFocusOut: true,
  });
  if (id?.trim()) {
    await setModel(id.trim());
  }
}

/** Where the workspace has a choice of its own, that one is changed, else the user's. */
async function setModel(model: string | undefined): Promise<void> {
  const settings = workspace.getConfiguration('fourfold');
  const own = settings.inspect('model')?.workspaceValue !== undefined;
  const target = own ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await settings.update('model', model, target);
}

function description(model: Model, used: string | null): string {
  const notes = [
    model.name === used ? 'in use' : '',
    model.endpoint ?? 'on this machine',
    model.installed === false ? 'not installed, 130 MB' : '',
  ];
  return notes.filter(Boolean).join(' · ');
}
