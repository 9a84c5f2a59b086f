/** The front door: {@code Cortex} and its configuration. It imports everything, and nothing imports it. */
@NullMarked
package io.cortexreactive;

import org.jspecify.annotations.NullMarked;
