/** Where the application keeps runs of workflows and of agents. */
@NullMarked
package io.cortexreactive.examples.database;

import org.jspecify.annotations.NullMarked;
