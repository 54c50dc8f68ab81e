/** The items of the Testing view: prompts that have tests, and below each its tests. */

import {
  Disposable,
  Range,
  RelativePattern,
  type TestController,
  type TestItem,
  Uri,
  workspace,
} from 'vscode';
import { sameUri } from '../openDocument';
import { onPromptsChanged } from '../prompts/known';
import type { ListedTest, Step } from '../protocol';
import type { Server } from '../server/server';
import { mayHaveTests, TESTS_FILES } from './places';

const PAUSE_MS = 300;
const AT_ONCE = 4;

export class TestItems extends Disposable {
  private readonly listening: Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private reading = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly controller: TestController,
  ) {
    super(() => {
      clearTimeout(this.timer);
      for (const one of this.listening) {
        one.dispose();
      }
    });
    const files = workspace.createFileSystemWatcher(TESTS_FILES);
    const changed = () => this.readSoon();
    controller.refreshHandler = () => this.read();
    this.listening = [
      files,
      files.onDidChange(changed),
      files.onDidCreate(changed),
      files.onDidDelete(changed),
      onPromptsChanged(changed),
      workspace.onDidSaveTextDocument(({ uri }) => this.find(uri.toString()) && changed()),
    ];
  }

  get all(): TestItem[] {
    return [...this.controller.items].map(([, item]) => item);
  }

  /** The item of a prompt. */
  find(uri: string): TestItem | undefined {
    return this.all.find(({ id }) => sameUri(id, uri));
  }

  readSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), PAUSE_MS);
  }

  private read(): Promise<void> {
    this.reading = this.reading
      .then(() => this.readAll())
      .catch((error: unknown) => this.server.log.error(`The tests could not be listed: ${error}`));
    return this.reading;
  }

  private async readAll(): Promise<void> {
    if (this.server.state !== 'ready') {
      return;
    }
    const { steps } = await this.server.execute<{ steps: Step[] }>('fourfold.listSteps');
    const files = await findTestsFiles();
    const paths = new Map(steps.map((step) => [Uri.parse(step.uri).fsPath, step]));
    const asked = mayHaveTests([...paths.keys()], files).flatMap((path) => paths.get(path) ?? []);
    const items: TestItem[] = [];
    for (let from = 0; from < asked.length; from += AT_ONCE) {
      const some = asked.slice(from, from + AT_ONCE).map((step) => this.item(step));
      items.push(...(await Promise.all(some)).flat());
    }
    this.controller.items.replace(items);
  }

  /** The prompt with its tests; none where it has none, and what is wrong where they cannot be read. */
  private async item({ uri, title }: Step): Promise<TestItem[]> {
    // What is known of an item stays with it.
    const known = this.controller.items.get(uri);
    const item = known ?? this.controller.createTestItem(uri, title, Uri.parse(uri));
    item.label = title;
    item.error = undefined;
    try {
      const { tests } = await this.server.execute<{ tests: ListedTest[] }>('fourfold.listTests', {
        uri,
      });
      if (tests.length === 0) {
        return [];
      }
      // Tests are run by their names, so that those of one name are one item.
      const named = [...new Map(tests.toReversed().map((test) => [test.name, test])).values()];
      item.children.replace(named.toReversed().map((test, index) => this.child(item, test, index)));
    } catch (error) {
      item.error = error instanceof Error ? error.message : String(error);
    }
    return [item];
  }

  private child(prompt: TestItem, { name, uri, range }: ListedTest, index: number): TestItem {
    const known = prompt.children.get(name);
    const isThere = known?.uri && sameUri(`${known.uri}`, uri);
    const item = isThere ? known : this.controller.createTestItem(name, name, Uri.parse(uri));
    const { start, end } = range;
    item.range = new Range(start.line, start.character, end.line, end.character);
    item.sortText = String(index).padStart(6, '0');
    return item;
  }
}

/** In every folder; what the user leaves out of the search is left out. */
async function findTestsFiles(): Promise<string[]> {
  const folders = workspace.workspaceFolders ?? [];
  const found = await Promise.all(
    folders.map((folder) => workspace.findFiles(new RelativePattern(folder, TESTS_FILES))),
  );
  return found.flat().map(({ fsPath }) => fsPath);
}
