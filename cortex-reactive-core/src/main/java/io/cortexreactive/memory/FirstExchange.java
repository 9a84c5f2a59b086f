package io.cortexreactive.memory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user said first, and what followed as far as it fits. Not thread-safe. */
final class FirstExchange {

    private final long limit;
    private final List<Unit> units = new ArrayList<>();
    private long weight;
    private boolean over;

    /** @param limit the most it may weigh; 0 where it is not to be kept apart */
    FirstExchange(long limit) {
        this.limit = limit;
        over = limit == 0;
    }

    /** Takes the next unit, unless the exchange is over. */
    boolean takes(Unit unit) {
        over = over || unit.isUser() != units.isEmpty() || weight + unit.weight() > limit;
        if (!over) {
            units.add(unit);
            weight += unit.weight();
        }
        return !over;
    }

    /** What comes next does not follow this. */
    void end() {
        over = true;
    }

    List<Unit> units() {
        return units;
    }

    long weight() {
        return weight;
    }

    /** The position of its last message; 0 if there is none. */
    long lastPosition() {
        return units.isEmpty() ? 0 : units.get(units.size() - 1).end();
    }

    @Nullable
    Unit user() {
        return units.isEmpty() ? null : units.get(0);
    }
}
