// An OpenAI-compatible endpoint that answers each request with a given text, which no real model can be made to.
import http from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * A running endpoint: `environment` leads a server to it, `stop()` ends it. `text` is what it answers, or a
 * function of the request that gives the pieces of the answer as they come. Where `key` is given, it answers only those who
 * send it, and the environment has none.
 */
export async function startModel(text, { key } = {}) {
  const chunk = (delta, finish_reason = null) =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: 'scripted',
      choices: [{ index: 0, delta, finish_reason }],
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
      response.writeHead(404).end(); // it lists no models
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for await (const content of pieces(await json(request))) {
      response.write(chunk({ role: 'assistant', content }));
    }
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  };
  // Who hangs up in the middle of a request is missed by nobody.
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}/v1`;
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  const environment = { OPENAI_BASE_URL: base, ...(key ? {} : { OPENAI_API_KEY: 'sk-test' }) };
  return { environment, stop };
}
