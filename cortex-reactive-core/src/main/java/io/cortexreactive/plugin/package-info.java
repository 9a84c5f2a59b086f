/**
 * Plugins: what adds to the library, in the order of what it needs. Knows no models; payload types are the features'.
 */
@NullMarked
package io.cortexreactive.plugin;

import org.jspecify.annotations.NullMarked;
