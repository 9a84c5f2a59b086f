// node read.mjs <protocol> <url>: reads a stream as the protocol's own client does, and writes what that saw as JSON.
import { HttpAgent } from '@ag-ui/client';
import { DefaultChatTransport, readUIMessageStream } from 'ai';
import { EventSourceParserStream } from 'eventsource-parser/stream';

const readers = {
  async plain(url) {
    const response = await fetch(url);
    const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    const seen = [];
    for await (const { id, event, data } of events) {
      seen.push({ id, event, data });
    }
    return seen;
  },

  // What useChat does with a response, without React around it.
  async 'ai-sdk'(url) {
    const transport = new DefaultChatTransport({ api: url });
    const stream = await transport.sendMessages({ chatId: 'chat', messages: [], trigger: 'submit-message' });
    const chunks = [];
    const counted = stream.pipeThrough(new TransformStream({
      transform(chunk, controller) {
        chunks.push(chunk);
        controller.enqueue(chunk);
      },
    }));
    const errors = [];
    let message;
    for await (const next of readUIMessageStream({ stream: counted, onError: error => errors.push(error.message) })) {
      message = next;
    }
    return { chunks, message, errors };
  },

  async 'ag-ui'(url) {
    const agent = new HttpAgent({ url, threadId: 'thread' });
    const events = [];
    let error = null;
    await agent
      .runAgent({ runId: 'run' }, { onEvent: ({ event }) => void events.push(event) })
      .catch(thrown => (error = thrown.message));
    return { events, messages: agent.messages, error };
  },
};

const [protocol, url] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await readers[protocol](url)));
