/** The content pipeline as a web page has it. */
@NullMarked
package io.cortexreactive.examples.app.content;

import org.jspecify.annotations.NullMarked;
