/** Guardrails: what may go to a model, and what may come out, also while it streams. */
@NullMarked
package io.cortexreactive.guardrail;

import org.jspecify.annotations.NullMarked;
