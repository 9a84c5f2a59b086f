package io.cortexreactive.persistence.postgres;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a retriever looks.
 *
 * @param id what orders rows that fit equally well
 * @param tenant whose rows they are; null if they belong to nobody in particular
 * @param metadata what is told of a row besides its content; empty for all of it
 * @param conditions which rows count
 */
record SearchedTable(
        Identifier name,
        Identifier content,
        Identifier id,
        @Nullable Identifier tenant,
        List<Identifier> metadata,
        List<Condition> conditions) {

    SearchedTable {
        metadata = List.copyOf(metadata);
        conditions = List.copyOf(conditions);
    }

    /** The columns of a row that are no metadata, besides those that only the search needs. */
    List<String> ownColumns() {
        List<String> names = new ArrayList<>(List.of(content.name()));
        if (tenant != null) {
            names.add(tenant.name());
        }
        return names;
    }
}
