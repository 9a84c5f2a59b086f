/**
 * Workflows on PostgreSQL, beside what could be written by hand: what a transition costs, and what runs leave behind. A
 * server and a process for each measurement.
 */
@NullMarked
package io.cortexreactive.benchmarks.workflow;

import org.jspecify.annotations.NullMarked;
