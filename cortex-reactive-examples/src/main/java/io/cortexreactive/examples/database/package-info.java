/** Where the application keeps runs of workflows. */
@NullMarked
package io.cortexreactive.examples.database;

import org.jspecify.annotations.NullMarked;
