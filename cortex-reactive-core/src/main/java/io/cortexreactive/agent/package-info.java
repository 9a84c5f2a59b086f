/** Agents: a model that calls tools until it is done. */
@NullMarked
package io.cortexreactive.agent;

import org.jspecify.annotations.NullMarked;
