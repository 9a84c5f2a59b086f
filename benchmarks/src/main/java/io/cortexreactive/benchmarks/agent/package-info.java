/**
 * Agents against peers, on models that answer at once: what an iteration of the loop itself costs. A process for each
 * measurement; the peers' agents are in {@code benchmarks/peers}.
 */
@NullMarked
package io.cortexreactive.benchmarks.agent;

import org.jspecify.annotations.NullMarked;
