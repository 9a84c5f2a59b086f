/** Agents that research the project's documentation. */
@NullMarked
package io.cortexreactive.examples.research;

import org.jspecify.annotations.NullMarked;
