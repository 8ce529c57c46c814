/* What the shared library shows to others. */
#ifndef CASUS_EXPORT_H
#define CASUS_EXPORT_H
#define CASUS_API __attribute__((visibility("default")))
#endif
