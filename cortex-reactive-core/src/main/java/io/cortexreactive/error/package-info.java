/** Errors: what went wrong, and by type whether trying again can help. Imports nothing else of this library. */
@NullMarked
package io.cortexreactive.error;

import org.jspecify.annotations.NullMarked;
