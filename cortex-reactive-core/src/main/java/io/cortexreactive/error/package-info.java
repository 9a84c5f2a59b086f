/**
 * Errors: what went wrong, and by type whether trying again can help; secrets, and digests. Imports nothing else of
 * this library.
 */
@NullMarked
package io.cortexreactive.error;

import org.jspecify.annotations.NullMarked;
