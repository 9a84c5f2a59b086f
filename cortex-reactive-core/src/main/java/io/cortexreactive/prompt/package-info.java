/** Prompts: versioned templates that are files, rendered by a Handlebars that calls nothing and ends in time. */
@NullMarked
package io.cortexreactive.prompt;

import org.jspecify.annotations.NullMarked;
