package io.cortexreactive.retrieval;

import java.util.List;

/** A document with its vector, of length 1, so that comparing takes no division. */
final class UnitVector {

    private final Document document;
    private final float[] vector;

    private UnitVector(Document document, float[] vector) {
        this.document = document;
        this.vector = vector;
    }

    static List<UnitVector> of(List<EmbeddedDocument> documents) {
        return documents.stream()
                .map(embedded -> new UnitVector(embedded.document(), unit(embedded.vector())))
                .toList();
    }

    /** A copy of length 1; a vector of zeros stays one, and is near to nothing. */
    static float[] unit(float[] vector) {
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        if (vector.length == 0 || !Double.isFinite(squares)) {
            throw InvalidVectorException.notFinite();
        }
        double length = squares == 0 ? 1 : Math.sqrt(squares);
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    Document document() {
        return document;
    }

    int size() {
        return vector.length;
    }

    /** Of the angle to another vector of length 1 and the same size. */
    double cosine(float[] unit) {
        double sum = 0;
        for (int i = 0; i < vector.length; i++) {
            sum += (double) vector[i] * unit[i];
        }
        return sum;
    }
}
