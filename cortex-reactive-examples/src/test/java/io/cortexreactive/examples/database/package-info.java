@NullMarked
package io.cortexreactive.examples.database;

import org.jspecify.annotations.NullMarked;
