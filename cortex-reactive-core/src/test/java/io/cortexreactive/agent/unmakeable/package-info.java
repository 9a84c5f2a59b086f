/** A class that cannot be made. */
@NullMarked
package io.cortexreactive.agent.unmakeable;

import org.jspecify.annotations.NullMarked;
