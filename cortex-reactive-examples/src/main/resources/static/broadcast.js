import {problemOf, serverSentEvents} from './sse.js';

const PAUSE = 1000;

async function checked(response) {
  if (!response.ok) {
    throw Object.assign(new Error('refused'), {problem: await problemOf(response)});
  }
  return response;
}

/** Begins an answer that goes on without this page; gives its id. */
export async function begin(request) {
  return (await (await checked(await fetch('api/answers', request))).json()).id;
}

/** Where anybody of the tenant can follow it. */
export function linkTo(id, tenant) {
  return 'answer.html?' + new URLSearchParams({id, tenant: tenant.id});
}

/** Everything of an answer, from the beginning to its end. */
export const follow = (id, tenant, signal) => resumed('api/answers/' + encodeURIComponent(id), tenant, signal);

/** The events of an address up to `end` or `failed`. Where the connection is lost, it goes on behind what was seen. */
export async function* resumed(address, tenant, signal) {
  let seen = null;
  for (;;) {
    try {
      const response = await checked(await fetch(address, {
        headers: {
          'Accept': 'text/event-stream, application/problem+json',
          'X-Tenant': tenant,
          ...(seen ? {'Last-Event-ID': seen} : {}),
        },
        signal,
      }));
      if (response.status === 204) {
        return; // It was over with what was seen.
      }
      for await (const message of serverSentEvents(response)) {
        seen = message.id ?? seen;
        yield message;
        if (message.event === 'end' || message.event === 'failed') {
          return;
        }
      }
    } catch (error) {
      if (signal.aborted || (error.problem && !error.problem.transient)) {
        throw error;
      }
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
}
