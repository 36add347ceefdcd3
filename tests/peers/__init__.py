"""Scripts that let real DICOM peers talk to each other, to see what is said of them."""
