/** Home of the durable stores, one package per backend: {@code postgres} and {@code redis}. */
@NullMarked
package io.cortexreactive.persistence;

import org.jspecify.annotations.NullMarked;
