/** A class that cannot be made. */
@NullMarked
package io.cortexreactive.tool.unmakeable;

import org.jspecify.annotations.NullMarked;
