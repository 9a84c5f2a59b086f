/**
 * Reads server-sent events from a response: unlike EventSource this can send a body and headers, and leaving the loop
 * closes the connection. Yields {event, id, data} with data parsed as JSON; the id is null where there is none.
 */
export async function* serverSentEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const {value, done} = await reader.read();
      if (done) {
        return;
      }
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event) {
          yield event;
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(block) {
  let event = 'message';
  let id = null;
  const data = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) {
      event = line.slice(6).trim();
    } else if (line.startsWith('id:')) {
      id = line.slice(3).trim();
    } else if (line.startsWith('data:')) {
      data.push(line.slice(5));
    }
  }
  return data.length ? {event, id, data: JSON.parse(data.join('\n'))} : null;
}

/** What the application said instead of an answer, as {code, message, transient}. */
export async function problemOf(response) {
  try {
    const problem = await response.json();
    return {
      code: problem.code ?? 'http_' + response.status,
      message: problem.detail ?? problem.title ?? response.statusText,
      transient: response.status >= 500,
    };
  } catch {
    return {
      code: 'http_' + response.status,
      message: `The application answered with status ${response.status}.`,
      transient: response.status >= 500,
    };
  }
}

export const UNREACHABLE = {
  code: 'unreachable',
  message: 'The application cannot be reached. Is it still running?',
  transient: true,
};
