/** A workflow that makes a text, which a person approves before it is published. */
@NullMarked
package io.cortexreactive.examples.content;

import org.jspecify.annotations.NullMarked;
