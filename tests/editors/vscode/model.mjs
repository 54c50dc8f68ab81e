// An OpenAI-compatible endpoint that answers each request with a given text, which no real model can be made to.
import http from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * A running endpoint: `environment` leads a server to it, `stop()` ends it. `text` is what it answers, or a
 * function of the request that gives the pieces of the answer as they come. Where `key` is given, it answers only those who
 * send it, and the environment has none. `models` are those that it lists, if any, and
 * `tokens` how many it says that an answer has; `host` is where it listens.
 */
export async function startModel(text, { key, models, tokens } = {}) {
  const chunk = (delta, finish_reason = null, usage = undefined) =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: 'scripted',
      choices: [{ index: 0, delta, finish_reason }],
      usage,
    })}\n\n`;
  const pieces = typeof text === 'function' ? text : () => [text];
  const answer = async (request, response) => {
    const { headers } = request;
    if (key && headers.authorization !== `Bearer ${key}`) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `${headers.authorization} is no key` } }));
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(models ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: models?.map((id) => ({ id })) }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for await (const content of pieces(await json(request))) {
      response.write(chunk({ role: 'assistant', content }));
    }
    const usage = tokens && { prompt_tokens: 8, completion_tokens: tokens };
    response.end(`${chunk({}, 'stop', usage)}data: [DONE]\n\n`);
  };
  // Who hangs up in the middle of a request is missed by nobody.
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${server.address().port}`;
  const base = `http://${host}/v1`;
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  const environment = { OPENAI_BASE_URL: base, ...(key ? {} : { OPENAI_API_KEY: 'sk-test' }) };
  return { environment, host, stop };
}
