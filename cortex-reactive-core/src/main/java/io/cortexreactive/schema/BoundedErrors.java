package io.cortexreactive.schema;

import com.networknt.schema.Error;
import com.networknt.schema.FailFastAssertionException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes as many errors as are told, and then ends the validation the way the validator does itself on the first one.
 * Only what is certainly wrong comes here: alternatives are tried with lists of their own.
 */
final class BoundedErrors extends AbstractList<Error> {

    static final int MAX = 32;

    private final List<Error> errors = new ArrayList<>();

    @Override
    public void add(int index, Error error) {
        errors.add(index, error);
        if (errors.size() == MAX) {
            throw new FailFastAssertionException(error);
        }
    }

    @Override
    public Error get(int index) {
        return errors.get(index);
    }

    @Override
    public int size() {
        return errors.size();
    }
}
