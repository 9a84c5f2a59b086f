/**
 * Embedded servers that keep runs, and what runs benchmarks against them: a server and a process for each measurement.
 */
@NullMarked
package io.cortexreactive.benchmarks.store;

import org.jspecify.annotations.NullMarked;
