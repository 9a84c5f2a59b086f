/**
 * Runs of agents in a queue, on PostgreSQL and on Redis, beside loops that send the same and do nothing else. A server
 * and a process for each measurement.
 */
@NullMarked
package io.cortexreactive.benchmarks.queue;

import org.jspecify.annotations.NullMarked;
