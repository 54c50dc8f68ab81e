/** Starts the page in the home that it finds itself in. */

import './page.css';

import { render } from 'preact';
import { fileHost } from './hosts/file';
import { servedHost } from './hosts/served';
import { isInVsCode, vscodeHost } from './hosts/vscode';
import { Page } from './page';

const data = document.getElementById('board');
const home = document.getElementById('app');
if (home) {
  const host = data ? fileHost(data) : isInVsCode() ? vscodeHost() : servedHost();
  render(<Page host={host} />, home);
}
