/**
 * PostgreSQL, through R2DBC: retrievers that search a table by its words or by the meaning of its texts, and stores of
 * runs, conversations and channels with the migrations of their tables.
 */
@NullMarked
package io.cortexreactive.persistence.postgres;

import org.jspecify.annotations.NullMarked;
