package io.cortexreactive.persistence.postgres;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The values of a statement for many steps: an array for each column, and all bodies in one value with their places,
 * because the driver sends an array of them wrongly.
 */
final class GroupValues<I> {

    private final List<I> steps;
    private final List<Object> columns = new ArrayList<>();
    private final ByteArrayOutputStream bodies = new ByteArrayOutputStream();

    GroupValues(List<I> steps) {
        this.steps = steps;
    }

    <T> GroupValues<I> column(Class<T> type, Function<I, @Nullable T> value) {
        @SuppressWarnings("unchecked")
        @Nullable
        T[] column = (@Nullable T[]) Array.newInstance(type, steps.size());
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(steps.get(i));
        }
        columns.add(column);
        return this;
    }

    /** Two columns: where it begins, and how long it is; less than nothing for null. */
    GroupValues<I> body(Function<I, byte @Nullable []> value) {
        Integer[] begins = new Integer[steps.size()];
        Integer[] lengths = new Integer[steps.size()];
        for (int i = 0; i < begins.length; i++) {
            byte[] body = value.apply(steps.get(i));
            begins[i] = bodies.size();
            lengths[i] = body == null ? -1 : body.length;
            if (body != null) {
                bodies.write(body, 0, body.length);
            }
        }
        columns.add(begins);
        columns.add(lengths);
        return this;
    }

    /** The columns, then the bodies. */
    Query query(String sql) {
        List<Object> values = new ArrayList<>(columns);
        values.add(bodies.toByteArray());
        return new Query(sql, values);
    }
}
