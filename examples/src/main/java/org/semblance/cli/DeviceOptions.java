package org.semblance.cli;

import org.semblance.backend.Device;
import picocli.CommandLine.Option;

/** Where a verb computes. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DeviceOptions {
    @Option(
            names = "--device",
            paramLabel = "NAME",
            order = 71,
            defaultValue = "best",
            converter = DeviceName.Converter.class,
            description = "best, cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    private DeviceName device;

    /** Opens it. @throws UnsupportedOperationException with the reasons if it cannot run here */
    Device open() {
        return device.open();
    }
}
