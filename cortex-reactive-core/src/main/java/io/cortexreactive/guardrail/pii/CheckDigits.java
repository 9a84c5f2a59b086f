package io.cortexreactive.guardrail.pii;

import java.util.Set;

/** How national ids prove themselves. Each is given a number of the right layout. */
final class CheckDigits {

    private static final String SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE";

    /** What a letter or digit at an odd place counts, in the order 0–9, A–Z. */
    private static final int[] ITALIAN_ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10,
        22, 25, 24, 23
    };

    private static final Set<String> NOT_BRITISH = Set.of("BG", "GB", "NK", "KN", "TN", "NT", "ZZ");

    private static final String[] VERHOEFF = {
        "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
        "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"
    };
    private static final String[] PERMUTED = {
        "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"
    };

    private CheckDigits() {}

    private static int digit(String number, int index) {
        return number.charAt(index) - '0';
    }

    private static int weighted(String number, int... weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * digit(number, i);
        }
        return sum;
    }

    private static boolean isDay(String number, int monthAt) {
        int month = Integer.parseInt(number.substring(monthAt, monthAt + 2)) % 20;
        int day = Integer.parseInt(number.substring(monthAt + 2, monthAt + 4));
        return month >= 1 && month <= 12 && day >= 1 && day <= 31;
    }

    /** People born from 2000 on have a 2 before theirs when it is checked. */
    static boolean belgian(String number) {
        long first = Long.parseLong(number.substring(0, 9));
        int check = Integer.parseInt(number.substring(9));
        return 97 - first % 97 == check || 97 - (2_000_000_000L + first) % 97 == check;
    }

    static boolean brazilian(String number) {
        int first = weighted(number, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
        int second = weighted(number, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
        boolean same = number.chars().distinct().count() == 1;
        return !same && first == digit(number, 9) && second == digit(number, 10);
    }

    static boolean swiss(String number) {
        int sum = weighted(number, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3);
        return number.startsWith("756") && (10 - sum % 10) % 10 == digit(number, 12);
    }

    /** ISO 7064, MOD 11,10. */
    static boolean german(String number) {
        int product = 10;
        for (int i = 0; i < 10; i++) {
            int sum = (digit(number, i) + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        return number.charAt(0) != '0' && (11 - product) % 10 == digit(number, 10);
    }

    static boolean spanish(String number) {
        int foreign = "XYZ".indexOf(number.charAt(0));
        if (foreign < 0 && !Character.isDigit(number.charAt(0))) {
            return false;
        }
        String digits = foreign < 0 ? number.substring(0, 8) : foreign + number.substring(1, 8);
        return SPANISH.charAt(Integer.parseInt(digits) % 23) == number.charAt(8);
    }

    /** Corsica's departments count as 19 and 18. */
    static boolean french(String number) {
        char letter = number.charAt(6);
        if (number.charAt(0) != '1' && number.charAt(0) != '2') {
            return false;
        }
        if (!Character.isDigit(letter) && (number.charAt(5) != '2' || (letter != 'A' && letter != 'B'))) {
            return false;
        }
        String digits = number.replace("2A", "19").replace("2B", "18");
        return 97 - Long.parseLong(digits.substring(0, 13)) % 97 == Long.parseLong(digits.substring(13));
    }

    static boolean british(String number) {
        return "DFIQUV".indexOf(number.charAt(0)) < 0
                && "DFIQUVO".indexOf(number.charAt(1)) < 0
                && !NOT_BRITISH.contains(number.substring(0, 2))
                && "ABCD".indexOf(number.charAt(8)) >= 0;
    }

    /** Verhoeff. */
    static boolean indian(String number) {
        int check = 0;
        for (int i = 0; i < number.length(); i++) {
            int digit = digit(number, number.length() - 1 - i);
            check = digit(VERHOEFF[check], digit(PERMUTED[i % 8], digit));
        }
        return check == 0 && number.charAt(0) > '1';
    }

    static boolean italian(String number) {
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            int value = Character.digit(number.charAt(i), 36);
            sum += i % 2 == 0 ? ITALIAN_ODD[value] : value > 9 ? value - 10 : value;
        }
        return number.charAt(15) == 'A' + sum % 26;
    }

    static boolean dutch(String number) {
        int sum = weighted(number, 9, 8, 7, 6, 5, 4, 3, 2, -1);
        return sum % 11 == 0 && !number.equals("000000000");
    }

    static boolean polish(String number) {
        int sum = weighted(number, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1);
        return sum % 10 == 0 && isDay(number, 2);
    }

    static boolean swedish(String number) {
        String ten = number.substring(number.length() - 10);
        int sum = 0;
        for (int i = 0; i < 10; i++) {
            int weighted = digit(ten, i) * (i % 2 == 0 ? 2 : 1);
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0 && isDay(ten, 2);
    }

    static boolean american(String number) {
        int area = Integer.parseInt(number.substring(0, 3));
        return area != 0 && area != 666 && area < 900 && !number.startsWith("00", 3) && !number.endsWith("0000");
    }
}
