import {duration, el} from './dom.js';

const TITLES = {
  rate_limited: 'The provider limits the rate',
  overloaded: 'The provider is overloaded',
  quota_exhausted: 'The quota is used up',
  authentication: 'The provider refused the key',
  model_not_found: 'The provider has no such model',
  provider_unavailable: 'The provider is not available',
  provider_timeout: 'The provider took too long',
  stream_interrupted: 'The connection broke in the middle',
  stream_stalled: 'The answer stalled',
  incomplete_stream: 'The answer ended too early',
  garbled_response: 'The answer was garbled',
  agent_run_not_found: 'There is no such run',
  agent_run_cancelled: 'The run was cancelled',
  workflow_not_found: 'There is no such run',
  workflow_not_paused: 'The run does not wait for this',
  store_unavailable: 'The database does not answer',
  store_failed: 'The database refused it',
  shutting_down: 'The application is shutting down',
  closed: 'The application is shutting down',
  unreachable: 'No connection to the application',
};

/** How an answer ended, in words. */
export const STOP_REASONS = {
  end_turn: 'complete',
  max_tokens: 'cut at the token limit',
  stop_sequence: 'stop sequence',
  tool_use: 'wants a tool',
  context_window_exceeded: 'cut at the end of the context window',
  content_filtered: 'filtered by the provider',
  completed: 'complete',
  tool_stop: 'ended by a tool',
  max_iterations: 'asked as often as it may be',
  max_tool_calls: 'called as many tools as it may',
  max_total_tokens: 'used as many tokens as it may',
  max_cost: 'cost as much as it may',
  max_duration: 'took as long as it may',
};

export const CUT_OFF = {
  code: 'incomplete',
  message: 'The application closed the connection before the answer was complete.',
  transient: true,
};

/** Says why an answer failed, and whether asking again can help. */
export function failure(problem, onRetry) {
  const after = problem.retryAfterMillis;
  const help = !problem.transient
    ? 'Trying again gives the same answer until the cause is gone.'
    : after ? `Trying again can help, in ${duration(after)}.` : 'Trying again can help.';
  return el('div', {class: 'failure', role: 'alert'},
    el('strong', {}, TITLES[problem.code] ?? 'The call failed'),
    el('p', {class: 'said'}, said(problem)),
    el('p', {class: 'help'}, help),
    problem.requestId
      ? el('p', {class: 'request'}, 'Request ', el('code', {}, problem.requestId))
      : null,
    el('div', {class: 'failure-actions'},
      problem.transient ? el('button', {type: 'button', class: 'retry', onclick: onRetry}, 'Retry') : null,
      el('code', {class: 'code'}, problem.code)));
}

/** The request id is shown on a line of its own. */
function said({message, requestId}) {
  return requestId ? message.replace(` [request ${requestId}]`, '') : message;
}
