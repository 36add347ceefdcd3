"""dicom-dissector: DICOM network traffic, every byte named."""

__version__ = "0.1.0"
