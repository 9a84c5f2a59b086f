/**
 * Workflows that survive: definitions, their engine, and {@link io.cortexreactive.workflow.RunStore}, the one place
 * where the state of a run is kept. Every transition of a run is one guarded commit to it.
 */
@NullMarked
package io.cortexreactive.workflow;

import org.jspecify.annotations.NullMarked;
