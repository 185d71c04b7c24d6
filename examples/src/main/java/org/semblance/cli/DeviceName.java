package org.semblance.cli;

import org.semblance.backend.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A device that was asked for, not opened yet.
 *
 * @param name {@code best}, {@code cpu}, {@code cuda} or {@code cuda:N}
 */
record DeviceName(String name) {
    /** Opens it. @throws UnsupportedOperationException with the reasons if it cannot run here */
    Device open() {
        return Device.named(name);
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<DeviceName> {
        @Override
        public DeviceName convert(String text) {
            if (!text.matches("best|cpu|cuda(:\\d{1,3})?")) {
                throw new TypeConversionException("expected best, cpu, cuda or cuda:N, got '" + text + "'");
            }
            return new DeviceName(text);
        }
    }
}
