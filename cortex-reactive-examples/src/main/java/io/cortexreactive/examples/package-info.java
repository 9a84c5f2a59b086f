/**
 * One small program for each feature. Each prints to the console, and all but {@code OnBedrock} need neither an account
 * nor a network.
 */
@NullMarked
package io.cortexreactive.examples;

import org.jspecify.annotations.NullMarked;
