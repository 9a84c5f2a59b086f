/**
 * Streams against peers: one server process, and a client process for each measurement, pinned apart. The peers'
 * clients are in {@code benchmarks/peers}, each on a class path of its own.
 */
@NullMarked
package io.cortexreactive.benchmarks.stream;

import org.jspecify.annotations.NullMarked;
