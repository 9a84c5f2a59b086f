/** Streams from Bedrock against peers: one server process, one client process for each measurement, pinned apart. */
@NullMarked
package io.cortexreactive.benchmarks.stream;

import org.jspecify.annotations.NullMarked;
