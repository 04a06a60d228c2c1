/* For libraries that consist of archives: CMake wants one source. */
typedef int seednormEmpty;
