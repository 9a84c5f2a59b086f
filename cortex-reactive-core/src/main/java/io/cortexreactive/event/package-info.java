/** The event stream: what happened, told to whoever listens, at no cost to the work itself. */
@NullMarked
package io.cortexreactive.event;

import org.jspecify.annotations.NullMarked;
