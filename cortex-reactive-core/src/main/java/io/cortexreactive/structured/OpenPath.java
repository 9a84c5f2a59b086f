package io.cortexreactive.structured;

import io.cortexreactive.error.LimitExceededException;
import java.util.ArrayList;
import java.util.List;

/** The objects and arrays that are open where a text is read, the innermost last. */
final class OpenPath {

    private static final int MAX_DEPTH = 100;

    private final List<OpenContainer> open = new ArrayList<>();

    int depth() {
        return open.size();
    }

    OpenContainer outermost() {
        return open.get(0);
    }

    OpenContainer innermost() {
        return open.get(open.size() - 1);
    }

    /** @throws LimitExceededException if there are too many already */
    void open(boolean object) {
        if (open.size() == MAX_DEPTH) {
            throw new LimitExceededException("Levels of a structured answer", MAX_DEPTH, MAX_DEPTH + 1L);
        }
        open.add(new OpenContainer(object));
    }

    /** Ends the innermost, and gives what it has become. */
    Object close() {
        return open.remove(open.size() - 1).view(OpenContainer.NOTHING);
    }

    /** What the outermost is with this value at the end of the innermost. */
    Object view(Object last) {
        Object view = last;
        for (int i = open.size() - 1; i >= 0; i--) {
            view = open.get(i).view(view);
        }
        return view;
    }

    /** @param valued whether it is about a value in the innermost, rather than about that itself */
    String describe(boolean valued) {
        StringBuilder path = new StringBuilder("$");
        for (int i = 0; i < open.size(); i++) {
            boolean last = i == open.size() - 1;
            if (!last || valued || !open.get(i).isObject()) {
                path.append(open.get(i).step());
            }
        }
        return path.toString();
    }
}
