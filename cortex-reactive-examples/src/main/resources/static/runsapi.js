import {problemOf} from './sse.js';

/** Where anybody of the tenant can watch a run. */
export const runLink = (id, tenant) => 'run.html?' + new URLSearchParams({id, tenant});

/** Calls the application about runs of agents, for a tenant. */
export class RunsApi {

  constructor(tenant) {
    this.tenant = tenant;
  }

  address(path) {
    return 'api/runs' + path;
  }

  get(path) {
    return this.send(path, {});
  }

  post(path, body = {}) {
    return this.send(path, {method: 'POST', body: JSON.stringify(body)});
  }

  async send(path, options) {
    const response = await fetch(this.address(path), {
      ...options,
      headers: {'Content-Type': 'application/json', 'X-Tenant': this.tenant},
    });
    if (!response.ok) {
      throw Object.assign(new Error('refused'), {problem: await problemOf(response)});
    }
    return response.status === 204 ? null : response.json();
  }
}
