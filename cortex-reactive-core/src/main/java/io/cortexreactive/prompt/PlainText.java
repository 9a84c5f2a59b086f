package io.cortexreactive.prompt;

import java.math.BigDecimal;

/** How a text, number or boolean reads. */
final class PlainText {

    private PlainText() {}

    static String of(Object value) {
        String text = value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
        boolean isFraction = value instanceof Double || value instanceof Float;
        return isFraction && text.indexOf('E') >= 0 ? new BigDecimal(text).toPlainString() : text;
    }
}
