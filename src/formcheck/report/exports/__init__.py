"""Files that other programs open: tables, OpenSim's TRC and MOT, C3D, netCDF."""
