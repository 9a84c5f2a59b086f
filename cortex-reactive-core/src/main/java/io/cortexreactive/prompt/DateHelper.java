package io.cortexreactive.prompt;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * {@code {{dateFormat when "d MMMM yyyy" tz="Europe/Berlin" locale="de"}}}, of an ISO text or of milliseconds since
 * 1970. By default the date alone, as ISO has it; in the zone of the value, or UTC; in English.
 */
final class DateHelper {

    private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter.ISO_DATE_TIME;

    private DateHelper() {}

    static Object format(HelperCall call) {
        if (call.value() == PlainValues.NOTHING) {
            return "";
        }
        Locale locale = Locale.forLanguageTag(call.text(-1, "locale", "en"));
        try {
            DateTimeFormatter format = DateTimeFormatter.ofPattern(call.text(0, "format", "yyyy-MM-dd"), locale);
            return format.format(inZone(parse(call), call.text(-1, "tz", "")));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw call.failure("'" + call.value() + "' cannot be formatted as a date: " + e.getMessage());
        }
    }

    private static TemporalAccessor parse(HelperCall call) {
        if (call.value() instanceof Number millis) {
            return Instant.ofEpochMilli(millis.longValue()).atZone(ZoneOffset.UTC);
        }
        String text = call.text(call.value());
        return text.indexOf('T') < 0
                ? LocalDate.parse(text, DateTimeFormatter.ISO_DATE)
                : DATE_AND_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
    }

    private static TemporalAccessor inZone(TemporalAccessor date, String zone) {
        return zone.isEmpty() || !(date instanceof ZonedDateTime zoned)
                ? date
                : zoned.withZoneSameInstant(ZoneId.of(zone));
    }
}
