// Chromium, and VS Code's window in it.
import { CHROMIUM, library } from './tools.mjs';

export const LIMIT_MS = 30_000;

export function launchBrowser() {
  return library('playwright-core').chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--disable-dev-shm-usage'],
    ],
  });
}

/** The browser of one user: its windows share what VS Code keeps in a browser, and what it has compiled. */
export async function newUser(browser, { width = 1280, height = 800, scale = 1 } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(LIMIT_MS);
  await context.route(
    (url) => !isLocal(url.hostname),
    (route) => route.abort(),
  );
  return context;
}

/** A window on a folder or a .code-workspace file, with `file` open in it. */
export async function openWindow(user, server, { folder, workspace, file }) {
  const page = await user.newPage();
  const query = new URLSearchParams(folder ? { folder } : { workspace });
  if (file) {
    const remote = `vscode-remote://127.0.0.1:${server.port}${file}`;
    query.set('payload', JSON.stringify([['openFile', remote]]));
  }
  await page.goto(`${server.base}/?${query}`);
  await page.locator('.monaco-workbench').waitFor({ state: 'attached' });
  return page;
}

/** Leaves VS Code first, so that it ends the window's extension host at once. */
export async function closeWindow(page) {
  await page.goto('about:blank').catch(() => {});
  await page.close();
}

function isLocal(host) {
  return host === '127.0.0.1' || host === 'localhost' || host.endsWith('.localhost');
}
