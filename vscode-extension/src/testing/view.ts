/** The Testing view: tests under their prompts, run on the current version, on all, or until certain. */

import {
  type CancellationToken,
  CancellationTokenSource,
  Disposable,
  type TestItem,
  TestMessage,
  type TestRun,
  type TestRunProfile,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  workspace,
} from 'vscode';
import { sameUri } from '../openDocument';
import type { StartedTests, TestReport, TestsNews, VersionList, WholeRun } from '../protocol';
import type { Server } from '../server/server';
import { saveFirst } from '../versions/save';
import { type Asked, asked } from './asked';
import { TestItems } from './items';
import { Matrices } from './matrices';
import { showReport } from './results';

/** What a profile asks of `fourfold.runTests`. */
interface Kind {
  versions: 'current' | 'all';
  until: 'done' | 'certain';
}

export class TestingView extends Disposable {
  private readonly controller = tests.createTestController('fourfold', 'Fourfold');
  private readonly items: TestItems;
  private readonly matrices = new Matrices((news) => void this.showOthers(news));
  private readonly listening: Disposable[];

  constructor(private readonly server: Server) {
    super(() => {
      for (const one of this.listening) {
        one.dispose();
      }
    });
    this.items = new TestItems(server, this.controller);
    this.listening = [
      this.items,
      this.controller,
      this.profile('Current version', { versions: 'current', until: 'done' }, true),
      this.profile('All versions', { versions: 'all', until: 'done' }, false),
      this.profile('Until certain', { versions: 'all', until: 'certain' }, false),
      server.onTestsChanged((news) => this.matrices.note(news)),
      server.onStateChanged((state) => state === 'stopped' && this.matrices.interrupt()),
    ];
  }

  /** The first is what *Run All Tests* means, and can go on by itself: the others cost more. */
  private profile(label: string, kind: Kind, isFirst: boolean): TestRunProfile {
    const handler = (request: TestRunRequest, token: CancellationToken) =>
      request.continuous ? this.runOnSave(request, kind, token) : this.run(request, kind, token);
    const { Run } = TestRunProfileKind;
    return this.controller.createRunProfile(label, Run, handler, isFirst, undefined, isFirst);
  }

  /** Runs what is about a prompt or a file of tests after each save of it, one after the other. */
  private runOnSave(
    { include, exclude, profile }: TestRunRequest,
    kind: Kind,
    token: CancellationToken,
  ) {
    let work = Promise.resolve();
    const listening = workspace.onDidSaveTextDocument(({ uri }) => {
      const isSaved = (item: TestItem) => item.uri && sameUri(`${item.uri}`, `${uri}`);
      const saved = asked(this.items.all, include, exclude).filter(({ prompt, items }) =>
        [prompt, ...items].some(isSaved),
      );
      for (const { prompt, items, isWhole } of saved) {
        const again = new TestRunRequest(isWhole ? [prompt] : items, exclude, profile);
        work = work.then(() =>
          token.isCancellationRequested ? undefined : this.run(again, kind, token),
        );
      }
    });
    token.onCancellationRequested(() => listening.dispose());
  }

  private async run(request: TestRunRequest, kind: Kind, token: CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    const stop = new CancellationTokenSource();
    const listening = [token, run.token].map((one) =>
      one.onCancellationRequested(() => stop.cancel()),
    );
    const wanted = asked(this.items.all, request.include, request.exclude);
    for (const item of wanted.flatMap(({ items }) => items)) {
      run.enqueued(item);
    }
    for (const one of wanted) {
      if (!stop.token.isCancellationRequested) {
        await this.runPrompt(run, one, kind, stop.token);
      }
    }
    Disposable.from(...listening, stop).dispose();
    run.end();
  }

  private async runPrompt(
    run: TestRun,
    { prompt, items, isWhole }: Asked<TestItem>,
    kind: Kind,
    token: CancellationToken,
  ): Promise<void> {
    const uri = prompt.id;
    try {
      await saveFirst(uri);
      const { current } = await this.server.execute<VersionList>('fourfold.listVersions', { uri });
      const { id, ended } = await this.matrices.start(() =>
        this.server.execute<StartedTests>('fourfold.runTests', {
          uri,
          until: kind.until,
          versions: kind.versions === 'all' ? 'all' : [current],
          ...(isWhole ? {} : { tests: items.map((item) => item.id) }),
        }),
      );
      for (const item of items) {
        run.started(item);
      }
      const cancel = () =>
        void this.server.execute('fourfold.cancelRuns', { uri, runs: [id] }).catch(() => undefined);
      const listening = token.onCancellationRequested(cancel);
      await ended.finally(() => listening.dispose());
      await this.show(run, prompt, items, id, current);
    } catch (error) {
      const message = new TestMessage(error instanceof Error ? error.message : String(error));
      for (const item of items) {
        run.errored(item, message);
      }
    }
  }

  /** What was started from a lens or a palette is seen here as well. */
  private async showOthers({ uri, id }: TestsNews): Promise<void> {
    const prompt = this.items.find(uri);
    const [one] = prompt ? asked(this.items.all, [prompt], undefined) : [];
    if (!one) {
      return;
    }
    const run = this.controller.createTestRun(new TestRunRequest([one.prompt]));
    try {
      const { current } = await this.server.execute<VersionList>('fourfold.listVersions', { uri });
      await this.show(run, one.prompt, one.items, id, current);
    } catch {
      // its report is not kept any more
    } finally {
      run.end();
    }
  }

  private async show(
    run: TestRun,
    prompt: TestItem,
    items: TestItem[],
    id: string,
    current: number,
  ) {
    const report = await this.server.execute<TestReport>('fourfold.testReport', {
      uri: prompt.id,
      id,
    });
    await showReport(run, prompt, items, report, current, async (uri, runs) => {
      const found = await this.server.execute<{ runs: WholeRun[] }>('fourfold.readRuns', {
        uri,
        runs,
      });
      return found.runs;
    });
  }
}
