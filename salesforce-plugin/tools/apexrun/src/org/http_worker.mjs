// The thread that talks HTTP for callouts.mjs: takes a request, answers on the port given, then wakes the sleeper.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', async ({ request, flag, port }) => {
  port.postMessage(await answer(request));
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});

async function answer({ url, method, headers, body, timeout }) {
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body ? Buffer.from(body) : undefined,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout)
    });
    return {
      status: response.status,
      reason: response.statusText,
      headers: [...response.headers],
      body: await response.text()
    };
  } catch (problem) {
    if (problem.name === 'TimeoutError') return { error: 'timeout' };
    return { error: problem.cause?.code ?? problem.message };
  }
}
